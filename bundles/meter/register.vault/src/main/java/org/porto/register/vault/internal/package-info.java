// SPDX-License-Identifier: Apache-2.0
/** Register vault: rules V1-V9 over two stores. docs/vault.md describes the records. */
package org.porto.register.vault.internal;
