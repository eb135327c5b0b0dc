package main

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
)

// product is one item of the dataset.
type product struct {
	ID       int      `json:"id"`
	Name     string   `json:"name"`
	Category string   `json:"category"`
	Price    int      `json:"price"`
	Quantity int      `json:"quantity"`
	Active   bool     `json:"active"`
	Tags     []string `json:"tags"`
	Rating   rating   `json:"rating"`
}

type rating struct {
	Score float64 `json:"score"`
	Count int     `json:"count"`
}

// datasetSize is how many items there are; more in a file are left out.
const datasetSize = 50

// loadDataset reads the file, or makes items up from a fixed seed when there is none.
func loadDataset(file string) ([]product, error) {
	if file == "" {
		return madeUp(), nil
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var items []product
	if err := json.Unmarshal(data, &items); err != nil {
		return nil, fmt.Errorf("dataset %s: %w", file, err)
	}
	return items[:min(len(items), datasetSize)], nil
}

func madeUp() []product {
	random := rand.New(rand.NewPCG(1, 2))
	words := []string{"amber", "birch", "cedar", "delta", "ember", "fjord", "grove", "haven"}
	word := func() string { return words[random.IntN(len(words))] }
	items := make([]product, datasetSize)
	for i := range items {
		items[i] = product{
			ID: i + 1, Name: fmt.Sprintf("%s %s", word(), word()), Category: word(),
			Price: 1 + random.IntN(200), Quantity: 1 + random.IntN(20), Active: random.IntN(3) > 0,
			Tags:   []string{word(), word()},
			Rating: rating{Score: math.Round(50*random.Float64()) / 10, Count: random.IntN(300)},
		}
	}
	return items
}
