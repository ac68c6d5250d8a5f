// SPDX-License-Identifier: Apache-2.0

// foreign LOG OLD VKEY ORIGIN PROOFS...: what Go's sumdb/note and sumdb/tlog
// say of a log: both checkpoints are signed by the key, the log has grown from
// the old one, and each proof file ("N=FILE") proves the line of entry N, as
// does a proof that tlog makes from the tiles. Ends with 1 where it is not so.
package main

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func must(what string, err error) {
	if err != nil {
		fmt.Printf("%s: %v\n", what, err)
		os.Exit(1)
	}
}

func read(path string) []byte {
	data, err := os.ReadFile(path)
	must(path, err)
	return data
}

// The tiles of a directory in the layout of C2SP tlog-tiles, where a tile's
// height is not in its name.
type tiles struct{ log string }

func (t tiles) Height() int                       { return 8 }
func (t tiles) SaveTiles(_ []tlog.Tile, _ [][]byte) {}
func (t tiles) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, tile := range wanted {
		path := strings.TrimPrefix(tile.Path(), "tile/8/")
		data, err := os.ReadFile(t.log + "/tile/" + path)
		if err != nil {
			return nil, err
		}
		all = append(all, data)
	}
	return all, nil
}

// A checkpoint whose signature is right. Its first line is the origin, where
// Go's own logs have another one.
func open(signed []byte, key note.Verifier, origin string) tlog.Tree {
	opened, err := note.Open(signed, note.VerifierList(key))
	must("note.Open", err)
	lines := strings.Split(opened.Text, "\n")
	if lines[0] != origin || len(lines) != 4 {
		must("origin", fmt.Errorf("%q", lines))
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	must("size", err)
	root, err := tlog.ParseHash(lines[2])
	must("root", err)
	return tlog.Tree{N: size, Hash: root}
}

// The hashes of a C2SP tlog-proof, and the number and checkpoint in it.
func parse(file []byte) (tlog.RecordProof, int64, []byte) {
	parts := bytes.SplitN(file, []byte("\n\n"), 2)
	lines := strings.Split(string(parts[0]), "\n")
	if len(parts) != 2 || len(lines) < 2 ||
		lines[0] != "c2sp.org/tlog-proof@v1" {
		must("proof", fmt.Errorf("%q", lines))
	}
	number, err := strconv.ParseInt(strings.TrimPrefix(lines[1], "index "),
		10, 64)
	must("index", err)
	var proof tlog.RecordProof
	for _, line := range lines[2:] {
		hash, err := tlog.ParseHash(line)
		must("hash", err)
		proof = append(proof, hash)
	}
	return proof, number, parts[1]
}

func main() {
	log, origin := os.Args[1], os.Args[4]
	key, err := note.NewVerifier(os.Args[3])
	must("note.NewVerifier", err)
	tree := open(read(log+"/checkpoint"), key, origin)
	old := open(read(os.Args[2]), key, origin)
	hashes := tlog.TileHashReader(tree, tiles{log})
	growth, err := tlog.ProveTree(tree.N, old.N, hashes)
	must("tlog.ProveTree", err)
	must("tlog.CheckTree",
		tlog.CheckTree(growth, tree.N, tree.Hash, old.N, old.Hash))
	fmt.Printf("from %d to %d entries\n", old.N, tree.N)
	lines := bytes.Split(read(log+"/entries"), []byte("\n"))
	for _, argument := range os.Args[5:] {
		wanted, path, _ := strings.Cut(argument, "=")
		proof, number, signed := parse(read(path))
		if strconv.FormatInt(number, 10) != wanted {
			must("index", fmt.Errorf("%d, not %s", number, wanted))
		}
		under := open(signed, key, origin)
		leaf := tlog.RecordHash(lines[number])
		must("tlog.CheckRecord",
			tlog.CheckRecord(proof, under.N, under.Hash, number, leaf))
		made, err := tlog.ProveRecord(tree.N, number, hashes)
		must("tlog.ProveRecord", err)
		must("tlog.CheckRecord of its own",
			tlog.CheckRecord(made, tree.N, tree.Hash, number, leaf))
		fmt.Printf("entry %d is in the log\n", number)
	}
}
