package router

import (
	"strings"
	"testing"
)

// githubRoutes are modelled on the REST API of a code forge: static, one to five parameters, long shared prefixes.
var githubRoutes = []struct{ method, pattern, path string }{
	{"GET", "/", "/"},
	{"GET", "/user", "/user"},
	{"GET", "/user/repos", "/user/repos"},
	{"GET", "/user/keys/{id}", "/user/keys/1337"},
	{"GET", "/user/starred/{owner}/{repo}", "/user/starred/torvalds/linux"},
	{"GET", "/users", "/users"},
	{"GET", "/users/{user}", "/users/gopher"},
	{"GET", "/users/{user}/repos", "/users/gopher/repos"},
	{"GET", "/users/{user}/received_events/public", "/users/gopher/received_events/public"},
	{"GET", "/users/{user}/following/{target}", "/users/gopher/following/rob"},
	{"GET", "/orgs/{org}", "/orgs/golang"},
	{"PATCH", "/orgs/{org}", "/orgs/golang"},
	{"GET", "/orgs/{org}/members/{user}", "/orgs/golang/members/gopher"},
	{"GET", "/events", "/events"},
	{"GET", "/feeds", "/feeds"},
	{"GET", "/gists/{id}", "/gists/aa5a315d61ae9438b18d"},
	{"GET", "/gists/{id}/star", "/gists/aa5a315d61ae9438b18d/star"},
	{"POST", "/gists", "/gists"},
	{"GET", "/search/repositories", "/search/repositories"},
	{"GET", "/search/issues", "/search/issues"},
	{"GET", "/repos/{owner}/{repo}", "/repos/golang/go"},
	{"DELETE", "/repos/{owner}/{repo}", "/repos/golang/go"},
	{"GET", "/repos/{owner}/{repo}/branches", "/repos/golang/go/branches"},
	{"GET", "/repos/{owner}/{repo}/branches/{branch}", "/repos/golang/go/branches/master"},
	{"GET", "/repos/{owner}/{repo}/commits/{sha}", "/repos/golang/go/commits/7fd1a60b01f91b314f59955a4e4d4e80d8edf11d"},
	{"GET", "/repos/{owner}/{repo}/git/refs/{ref}", "/repos/golang/go/git/refs/heads"},
	{"GET", "/repos/{owner}/{repo}/issues", "/repos/golang/go/issues"},
	{"GET", "/repos/{owner}/{repo}/issues/{number}", "/repos/golang/go/issues/4242"},
	{"GET", "/repos/{owner}/{repo}/issues/{number}/comments", "/repos/golang/go/issues/4242/comments"},
	{"PUT", "/repos/{owner}/{repo}/pulls/{number}/merge", "/repos/golang/go/pulls/99/merge"},
	{"GET", "/repos/{owner}/{repo}/releases/{id}/assets", "/repos/golang/go/releases/17/assets"},
	{"DELETE", "/repos/{owner}/{repo}/subscription", "/repos/golang/go/subscription"},
}

func newGithub(tb testing.TB) *Tree[int] {
	tb.Helper()
	t := New[int](Options{})
	for k, r := range githubRoutes {
		if err := t.Add(r.method, r.pattern, k, "github_test.go"); err != nil {
			tb.Fatal(err)
		}
	}
	return t
}

func TestGithubRoutes(t *testing.T) {
	if len(githubRoutes) != 32 {
		t.Fatalf("%d routes, want 32", len(githubRoutes))
	}
	tree := newGithub(t)
	var p Params
	for k, r := range githubRoutes {
		got := tree.Match(r.method, r.path, &p)
		if got.Outcome != Found || got.Route.Value != k {
			t.Errorf("%s %s: %v, want route %d", r.method, r.path, got.Outcome, k)
			continue
		}
		// Putting the values back into the pattern must give the path.
		back := r.pattern
		for name, value := range p.All() {
			back = strings.Replace(back, "{"+name+"}", value, 1)
		}
		if back != r.path || p.Len() != strings.Count(r.pattern, "{") {
			t.Errorf("%s: parameters give %s, want %s", r.pattern, back, r.path)
		}
	}
}

func BenchmarkMatchGithubAll(b *testing.B) {
	tree := newGithub(b)
	var p Params
	b.ReportAllocs()
	for b.Loop() {
		for k := range githubRoutes {
			if r := tree.Match(githubRoutes[k].method, githubRoutes[k].path, &p); r.Outcome != Found {
				b.Fatal(r.Outcome)
			}
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(githubRoutes)), "ns/route")
}

func BenchmarkMatchGithub(b *testing.B) {
	tree := newGithub(b)
	for _, r := range githubRoutes {
		b.Run(r.method+r.pattern, func(b *testing.B) {
			var p Params
			b.ReportAllocs()
			for b.Loop() {
				tree.Match(r.method, r.path, &p)
			}
		})
	}
}

func BenchmarkMatchOutcomes(b *testing.B) {
	tree := newGithub(b)
	for _, c := range []struct{ name, method, path string }{
		{"head", "HEAD", "/repos/golang/go/issues"},
		{"not found", "GET", "/repos/golang/go/nothing/here"},
		{"method not allowed", "DELETE", "/users/gopher/repos"},
		{"escaped", "GET", "/users/go%70her/repos"},
	} {
		b.Run(c.name, func(b *testing.B) {
			var p Params
			b.ReportAllocs()
			for b.Loop() {
				tree.Match(c.method, c.path, &p)
			}
		})
	}
}
