// Package peers says which peers are believed when they speak for others: the proxies in front of a server, by the
// addresses that their connections come from. It is asked by the listener that takes headers of the PROXY protocol and by the
// middleware that reads X-Forwarded-For, so that both take the same list.
//
// What it refuses: names, which somebody else may come to own; zones, which mean nothing on another machine; and ranges of
// IPv4 addresses written as IPv6, which look like more than they hold.
package peers
