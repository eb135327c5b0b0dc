// Command program is a package that nothing can import.
package main

func main() {}
