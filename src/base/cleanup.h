/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_CLEANUP_H
#define BASE_CLEANUP_H

/*
 * AUTO(x_destroy) struct x *x = NULL; runs x_destroy(&x) at the end of the
 * block. Every release function of this program takes the address, accepts
 * NULL inside and leaves NULL behind, which is what makes this safe.
 */
#define AUTO(release) __attribute__((cleanup(release)))

#endif
