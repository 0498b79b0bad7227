// SPDX-License-Identifier: Apache-2.0
package org.porto.register.vault.internal;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.AfterClass;
import org.junit.BeforeClass;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.junit.runners.Parameterized;

/** Rule V8: each cell of the table of docs/vault.md is a test. */
@RunWith(Parameterized.class)
public class FaultTableTest {

    private static final int FLIPS = 3;
    private static final Map<String, String> FOUND = new HashMap<>();
    private static final List<FaultTable> TABLE = new ArrayList<>();

    private final ProofBench.Kind kind;
    private final FaultTable.Fault fault;

    public FaultTableTest(ProofBench.Kind kind, FaultTable.Fault fault) {
        this.kind = kind;
        this.fault = fault;
    }

    @Parameterized.Parameters(name = "{0} {1}")
    public static List<Object[]> cells() {
        List<Object[]> cells = new ArrayList<>();
        for (ProofBench.Kind kind : ProofBench.Kind.values()) {
            for (FaultTable.Fault fault : FaultTable.Fault.values()) {
                cells.add(new Object[] {kind, fault});
            }
        }
        return cells;
    }

    @BeforeClass
    public static void ground() throws Exception {
        TABLE.add(ProofBench.faultTable(FLIPS));
    }

    @AfterClass
    public static void print() {
        TABLE.clear();
        System.err.println(FaultTable.markdown((kind, fault) -> FOUND.getOrDefault(kind + " " + fault, "WRONG")));
    }

    @Test
    public void cell() throws Exception {
        String found = TABLE.get(0).cell(kind, fault);
        FaultExpectations.check(kind, fault, found);
        FOUND.put(kind + " " + fault, found);
    }
}
