//go:build tools

// Package tools pins kubeconform: building it here uses exactly the versions in go.sum.
package tools

import _ "github.com/yannh/kubeconform/cmd/kubeconform"
