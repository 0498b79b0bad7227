// SPDX-License-Identifier: Apache-2.0
package org.porto.register.vault.internal;

import java.util.List;

/** The table of docs/vault.md: what a vault does when a fault meets a file. "-": it cannot meet it. */
final class FaultExpectations {

    private static final String TABLE =
            """
            """;

    private FaultExpectations() {}

    static String of(ProofBench.Kind kind, FaultTable.Fault fault) {
        for (String line : TABLE.lines().toList()) {
            List<String> cells = List.of(line.split("\\|")).stream().map(String::strip).toList();
            if (cells.size() > kind.ordinal() + 2 && cells.get(1).equals(fault.words)) {
                return cells.get(kind.ordinal() + 2);
            }
        }
        return "?";
    }
}
