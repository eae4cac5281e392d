// Answers an upload with what net/http says, on a free port that it prints.
package main

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
)

func main() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(listener.Addr().(*net.TCPAddr).Port)
	log.Fatal(http.Serve(listener, http.HandlerFunc(answer)))
}

func answer(response http.ResponseWriter, request *http.Request) {
	file, header, err := request.FormFile("file")
	if err != nil {
		http.Error(response, err.Error(), http.StatusBadRequest)
		return
	}
	hash := sha256.New()
	if _, err := io.Copy(hash, file); err != nil {
		http.Error(response, err.Error(), http.StatusBadRequest)
		return
	}
	fields := map[string]string{}
	for name, values := range request.MultipartForm.Value {
		fields[name] = values[0]
	}
	json.NewEncoder(response).Encode(map[string]any{
		"name":   header.Filename,
		"type":   header.Header.Get("Content-Type"),
		"size":   header.Size,
		"sha256": fmt.Sprintf("%x", hash.Sum(nil)),
		"fields": fields,
	})
}
