// SPDX-License-Identifier: Apache-2.0
package org.porto.register.vault.internal;

import static org.junit.Assert.assertEquals;

import org.junit.Test;

/** Rule V8: each cell of the table of docs/vault.md. */
public class FaultTableTest {

    @Test
    public void table() throws Exception {
        FaultTable table = ProofBench.faultTable();
        java.util.List<Throwable> wrong = new java.util.ArrayList<>();
        String text = FaultTable.markdown((kind, fault) -> {
            try {
                return table.cell(kind, fault);
            } catch (Exception | AssertionError e) {
                wrong.add(new AssertionError(kind + " " + fault, e));
                return "WRONG";
            }
        });
        System.err.println(text);
        wrong.forEach(Throwable::printStackTrace);
        assertEquals(0, wrong.size());
    }
}
