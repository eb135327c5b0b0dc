package contract

import (
	"encoding/json"
	"fmt"
	"os"
)

// Item is one product of the dataset.
type Item struct {
	ID       int      `json:"id"`
	Name     string   `json:"name"`
	Category string   `json:"category"`
	Price    int      `json:"price"`
	Quantity int      `json:"quantity"`
	Active   bool     `json:"active"`
	Tags     []string `json:"tags"`
	Rating   Rating   `json:"rating"`
}

// Rating is an item's mean score, 0 to 5, and the number of votes.
type Rating struct {
	Score float64 `json:"score"`
	Count int     `json:"count"`
}

// Priced is an item as /json answers it.
type Priced struct {
	Item
	Total int `json:"total"`
}

// Items is the answer of /json.
type Items struct {
	Items []Priced `json:"items"`
	Count int      `json:"count"`
}

// User is the answer of /users.
type User struct {
	ID      int    `json:"id"`
	Name    string `json:"name"`
	Verbose bool   `json:"verbose,omitempty"`
}

// Price returns the first count items (clamped to what there is), each with its total.
func Price(items []Item, count, m int) Items {
	count = max(0, min(count, len(items)))
	priced := make([]Priced, count)
	for i, item := range items[:count] {
		priced[i] = Priced{item, item.Price * item.Quantity * m}
	}
	return Items{priced, count}
}

// Dataset returns the 50 items, the same in every run.
func Dataset() []Item {
	words := []string{"amber", "birch", "cedar", "delta", "ember", "fjord", "grove", "haven"}
	kinds := []string{"books", "garden", "kitchen", "music", "tools"}
	items := make([]Item, 50)
	for i := range items {
		items[i] = Item{
			ID:       i + 1,
			Name:     fmt.Sprintf("%s %s %d", words[i%8], words[(i*5+3)%8], i+1),
			Category: kinds[i*7%5],
			Price:    5 + i*37%195,
			Quantity: 1 + i*13%20,
			Active:   i%3 != 0,
			Tags:     []string{words[(i+2)%8], words[(i+5)%8]},
			Rating:   Rating{Score: float64(10+i*17%40) / 10, Count: 1 + i*29%300},
		}
	}
	return items
}

// ReadDataset reads a JSON array of items.
func ReadDataset(file string) ([]Item, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var items []Item
	if err := json.Unmarshal(data, &items); err != nil {
		return nil, fmt.Errorf("dataset %s: %w", file, err)
	}
	return items, nil
}

// WriteDataset writes [Dataset] as a JSON array, for servers that do not use this package.
func WriteDataset(file string) error {
	data, err := json.Marshal(Dataset())
	if err != nil {
		return err
	}
	return os.WriteFile(file, data, 0o644)
}
