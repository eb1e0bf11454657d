// Opens and seals values with the code of the upstream sealed-secrets controller. Reads one JSON request from
// standard input, writes one JSON answer to standard output.
package main

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"os"

	"github.com/bitnami-labs/sealed-secrets/pkg/apis/sealedsecrets/v1alpha1"
	"github.com/bitnami-labs/sealed-secrets/pkg/crypto"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/client-go/kubernetes/scheme"
)

// value is one value to seal (Plaintext given) or to open (Ciphertext given). Bytes are base64 in JSON.
type value struct {
	Label      []byte
	Plaintext  []byte
	Ciphertext []byte
}

type request struct {
	// PEM of an RSA private key, PKCS#8.
	Key string
	// Values to open; an answer without Plaintext could not be opened.
	Open []value
	// Values to seal.
	Seal []value
	// A SealedSecret to unseal whole.
	SealedSecret json.RawMessage
}

type opened struct {
	Ok        bool
	Plaintext []byte
}

type answer struct {
	Opened []opened
	Sealed [][]byte
	// Data of the Secret that the SealedSecret became, or why it did not.
	Data  map[string][]byte
	Error string
}

func main() {
	result, err := run()
	if err == nil {
		err = json.NewEncoder(os.Stdout).Encode(result)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() (*answer, error) {
	var in request
	if err := json.NewDecoder(os.Stdin).Decode(&in); err != nil {
		return nil, err
	}
	key, err := parseKey(in.Key)
	if err != nil {
		return nil, err
	}
	keys := map[string]*rsa.PrivateKey{"only": key}
	out := &answer{}
	for _, v := range in.Open {
		plaintext, err := crypto.HybridDecrypt(rand.Reader, keys, v.Ciphertext, v.Label)
		out.Opened = append(out.Opened, opened{Ok: err == nil, Plaintext: plaintext})
	}
	for _, v := range in.Seal {
		ciphertext, err := crypto.HybridEncrypt(rand.Reader, &key.PublicKey, v.Plaintext, v.Label)
		if err != nil {
			return nil, err
		}
		out.Sealed = append(out.Sealed, ciphertext)
	}
	if in.SealedSecret != nil {
		unseal(in.SealedSecret, keys, out)
	}
	return out, nil
}

func unseal(manifest []byte, keys map[string]*rsa.PrivateKey, out *answer) {
	var sealed v1alpha1.SealedSecret
	if err := json.Unmarshal(manifest, &sealed); err != nil {
		out.Error = err.Error()
		return
	}
	secret, err := sealed.Unseal(serializer.NewCodecFactory(scheme.Scheme), keys)
	if err != nil {
		out.Error = err.Error()
		return
	}
	out.Data = secret.Data
}

func parseKey(text string) (*rsa.PrivateKey, error) {
	block, _ := pem.Decode([]byte(text))
	if block == nil {
		return nil, errors.New("the key is not PEM")
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, err
	}
	private, ok := key.(*rsa.PrivateKey)
	if !ok {
		return nil, errors.New("the key is not RSA")
	}
	return private, nil
}
