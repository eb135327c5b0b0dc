// Package redis keeps in Redis or Valkey what the middleware counts and remembers, so that several nodes do it together. It is a module of its own:
// whoever does without links none of it.
//
// Each count is one script, run by the server as a whole (EVALSHA), on one key, by the server's clock: nodes whose clocks differ
// agree, and two requests at once never both take the last place. Keys begin with a prefix and vanish when they say nothing more.
//
// What it refuses: to wait. A call takes no longer than Config.Timeout, the making of a connection included, and is never
// sent twice, since a script whose answer was lost may have counted. What fails is an error of the store; whether requests then pass or
// are refused is for the middleware to say (RateLimited.Closed, IdempotencyOptions.Open).
//
// Bytes move by github.com/redis/go-redis, of which no type shows here.
package redis
