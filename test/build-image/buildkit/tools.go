//go:build tools

// Package buildkit pins the BuildKit that the tests of building images run against.
package buildkit

import _ "github.com/moby/buildkit/cmd/buildkitd"
