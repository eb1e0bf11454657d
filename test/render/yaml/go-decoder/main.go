// Command go-decoder reads YAML documents as the Kubernetes API server does.
// In: one JSON string a line. Out, for each: {"json": VALUE} or {"error": TEXT}.
package main

import (
	"bufio"
	"encoding/json"
	"os"

	"sigs.k8s.io/yaml"
)

func main() {
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(make([]byte, 0, 1<<20), 1<<26)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	answer := json.NewEncoder(out)
	answer.SetEscapeHTML(false)
	for in.Scan() {
		var text string
		if err := json.Unmarshal(in.Bytes(), &text); err != nil {
			_ = answer.Encode(map[string]string{"error": err.Error()})
			continue
		}
		decoded, err := yaml.YAMLToJSONStrict([]byte(text))
		if err != nil {
			_ = answer.Encode(map[string]string{"error": err.Error()})
			continue
		}
		_ = answer.Encode(map[string]json.RawMessage{"json": decoded})
	}
}
