// go-server FOLDER: stores uploads with net/http and mime/multipart, the way its documentation shows, at a free port of 127.0.0.1,
// which it prints.
package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync/atomic"
)

var stored int64

func store(request *http.Request, folder string) error {
	reader, err := request.MultipartReader()
	if err != nil {
		return err
	}
	for {
		part, err := reader.NextPart()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		name := filepath.Join(folder, fmt.Sprint(atomic.AddInt64(&stored, 1)))
		file, err := os.Create(name)
		if err != nil {
			return err
		}
		if _, err := io.Copy(file, part); err != nil {
			file.Close()
			return err
		}
		if err := file.Close(); err != nil {
			return err
		}
	}
}

func main() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	fmt.Println(listener.Addr().(*net.TCPAddr).Port)
	panic(http.Serve(listener, http.HandlerFunc(func(response http.ResponseWriter, request *http.Request) {
		if err := store(request, os.Args[1]); err != nil {
			http.Error(response, err.Error(), 500)
			return
		}
		io.WriteString(response, "{}")
	})))
}
