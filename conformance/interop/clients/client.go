// client URL FILE FIELDS uploads with mime/multipart and prints the answer; FIELDS is a JSON object.
package main

import (
	"bytes"
	"encoding/json"
	"io"
	"log"
	"mime/multipart"
	"net/http"
	"os"
	"path/filepath"
	"strings"
)

func main() {
	url, path := os.Args[1], os.Args[2]
	var fields map[string]string
	check(json.Unmarshal([]byte(os.Args[3]), &fields))

	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for name, value := range fields {
		check(form.WriteField(name, value))
	}
	// Older versions of Go write a line break as it is, and it would end the header line there.
	name := strings.NewReplacer("\r", "%0D", "\n", "%0A").Replace(filepath.Base(path))
	part, err := form.CreateFormFile("file", name)
	check(err)
	content, err := os.ReadFile(path)
	check(err)
	_, err = part.Write(content)
	check(err)
	check(form.Close())

	response, err := http.Post(url, form.FormDataContentType(), &body)
	check(err)
	_, err = io.Copy(os.Stdout, response.Body)
	check(err)
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
