// SPDX-License-Identifier: Apache-2.0
package org.porto.bench.vault;

/** Something that makes a debit durable twice, one copy after the other. Thread-safe unless it says otherwise. */
@SuppressWarnings("try") // whoever closes it is told of an interruption by the exception
interface Contender extends AutoCloseable {

    /** One debit; durable in both copies on return. */
    void debit() throws BenchException;

    @Override
    void close() throws BenchException;
}
