// SPDX-License-Identifier: Apache-2.0
package org.porto.settlement.api;

import java.util.List;

/** @param rejected receipt digest, a space, the code */
public record BatchResult(long batchNumber, int accepted, long acceptedMils, List<String> rejected) {

    public BatchResult {
        rejected = List.copyOf(rejected);
    }
}
