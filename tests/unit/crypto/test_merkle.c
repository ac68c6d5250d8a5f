/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/merkle.h"

#include <string.h>

#include "unit/crypto/vectors.h"

enum { LEAVES_MAX = 70 };

/* The eight inputs of Certificate Transparency's own tests. */
static const char INPUT[] = "\x00\x10\x20\x21\x30\x31\x40\x41\x42\x43"
                            "PQRSTUVW`abcdefghijklmno";
static const size_t SIZES[8] = {0, 1, 1, 2, 2, 4, 8, 16};

static void roots_are_the_published_ones(void **state)
{
    (void)state;
    static const char *const ROOTS[8] = {
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    };
    struct merkle_range range = {.count = 0};
    struct merkle_hash hash;
    CHECK_OK(merkle_range_root(&range, &hash));
    check_hex("e3b0c44298fc1c149afbf4c8996fb924"
              "27ae41e4649b934ca495991b7852b855",
              hash.bytes);
    const char *at = INPUT;
    for (size_t i = 0; i < 8; i++) {
        CHECK_OK(merkle_leaf(bytes_of(at, SIZES[i]), &hash));
        CHECK_OK(merkle_range_add(&range, &hash));
        CHECK_OK(merkle_range_root(&range, &hash));
        check_hex(ROOTS[i], hash.bytes);
        at += SIZES[i];
    }
}

static struct merkle_hash leaves[LEAVES_MAX];

static void fill(void)
{
    for (size_t i = 0; i < LEAVES_MAX; i++)
        memset(leaves[i].bytes, (int)i + 1, SHA256_SIZE);
}

/* Of every leaf of every size; for another place, size or leaf it is none. */
static void every_path_leads_to_the_root(void **state)
{
    (void)state;
    fill();
    struct merkle_range range = {.count = 0};
    for (uint32_t size = 1; size <= LEAVES_MAX; size++) {
        struct merkle_hash root;
        struct merkle_hash found;
        CHECK_OK(merkle_range_add(&range, &leaves[size - 1]));
        CHECK_OK(merkle_range_root(&range, &root));
        for (uint32_t index = 0; index < size; index++) {
            struct merkle_hash path[MERKLE_LEVELS_MAX];
            size_t count = 0;
            CHECK_OK(merkle_path(leaves, size, index, path, &count));
            CHECK(count == merkle_path_length(index, size));
            CHECK_OK(merkle_path_root(&leaves[index], index, size, path, count,
                                      &found));
            CHECK(memcmp(&root, &found, sizeof root) == 0);
            CHECK_OK(merkle_path_root(&leaves[(index + 1) % LEAVES_MAX], index,
                                      size, path, count, &found));
            CHECK(memcmp(&root, &found, sizeof root) != 0);
            if (count == 0)
                continue;
            path[count - 1].bytes[5] ^= 4;
            CHECK_OK(merkle_path_root(&leaves[index], index, size, path, count,
                                      &found));
            CHECK(memcmp(&root, &found, sizeof root) != 0);
            CHECK_STATUS(STATUS_BAD_INPUT,
                         merkle_path_root(&leaves[index], index, size, path,
                                          count - 1, &found));
        }
        CHECK_STATUS(STATUS_BAD_INPUT,
                     merkle_path_root(&leaves[0], size, size, NULL, 0, &found));
    }
}

TEST_MAIN("crypto/merkle", TEST(roots_are_the_published_ones),
          TEST(every_path_leads_to_the_root))
