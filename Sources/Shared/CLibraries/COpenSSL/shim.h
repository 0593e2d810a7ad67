/* The plain MD5 function is meant to give way to EVP, which needs five million instructions to get ready and an
   allocation for every hash: too much for a command that adds one user, and for a registrar. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/evp.h>
#include <openssl/md5.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <openssl/crypto.h>
