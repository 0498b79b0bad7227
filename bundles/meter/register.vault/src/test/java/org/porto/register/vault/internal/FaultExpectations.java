// SPDX-License-Identifier: Apache-2.0
package org.porto.register.vault.internal;

import java.util.Arrays;
import java.util.List;

/** The table of docs/vault.md: what a vault does when a fault meets a file. "-": it cannot meet it. A code: calls end so while
 * the fault lasts, afterwards the vault works. Several: by the place that is hit. In no cell is a register wrong or a record lost.
 */
final class FaultExpectations {

    private static final String TABLE =
            """
            | fault | journal | journal next | table | archived journal | archived table | ids | case | repair |
            |---|---|---|---|---|---|---|---|---|
            | write fails | REG-011 | survives | REG-011 | - | survives | survives | locks | repairs |
            | write fails halfway | REG-011 | survives | REG-011 | - | survives | survives | locks | repairs |
            | short write | survives | survives | survives | - | survives | survives | locks | repairs |
            | write lost silently | survives | survives | repairs | - | repairs | survives | locks | repairs |
            | torn write, power cut | survives | survives | survives | - | survives | survives | locks | survives |
            | reordered, power cut | survives | survives | survives | - | survives | survives | locks | survives |
            | misdirected write | repairs | survives | repairs | - | survives | survives | locks | repairs |
            | bit flip at rest | repairs | - | repairs, survives | repairs | repairs | repairs, survives | locks | repairs |
            | bit flip while running | repairs | - | repairs, survives | repairs | repairs | repairs, survives | locks | repairs |
            | sync fails, then lies | REG-011 | survives | REG-011, repairs | - | survives | survives | locks | repairs |
            | sync lies, power cut | repairs | survives | survives | - | repairs | survives | locks | repairs |
            | disk full | REG-011 | survives | REG-011 | - | survives | REG-011 | locks | repairs |
            | read-only remount | REG-011 | survives | REG-011 | - | survives | REG-011 | locks | survives |
            | slow past the deadline | REG-015 | survives | REG-015 | - | survives | survives | locks | repairs |
            | read fails | REG-011 | survives | REG-011 | REG-011 | repairs | REG-011 | - | - |
            | file gone | repairs | survives | repairs | repairs | repairs | survives | - | - |
            | older file back | repairs | - | survives | - | - | - | - | - |
            | clock going back | REG-013 | REG-013 | REG-013 | - | REG-013 | REG-013 | locks | REG-013, repairs |
            """;

    private FaultExpectations() {}

    static String of(ProofBench.Kind kind, FaultTable.Fault fault) {
        for (String line : TABLE.lines().toList()) {
            List<String> cells = Arrays.stream(line.split("\\|")).map(String::strip).toList();
            if (cells.size() > kind.ordinal() + 2 && cells.get(1).equals(fault.words)) {
                return cells.get(kind.ordinal() + 2);
            }
        }
        throw new IllegalArgumentException(kind + ", " + fault);
    }

    /** Of what a cell may bring, some. */
    static void check(ProofBench.Kind kind, FaultTable.Fault fault, String found) {
        List<String> allowed = List.of(of(kind, fault).split(", "));
        for (String one : found.split(", ")) {
            if (!allowed.contains(one)) {
                throw new AssertionError(kind + ", " + fault.words + ": allowed is " + allowed + ", found " + found);
            }
        }
    }
}
