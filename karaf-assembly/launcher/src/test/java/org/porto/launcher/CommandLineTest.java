// SPDX-License-Identifier: Apache-2.0
package org.porto.launcher;

import static org.junit.Assert.assertEquals;

import java.util.List;
import org.junit.Test;

public class CommandLineTest {

    @Test
    public void optionsComeFirstWithTheirValues() {
        assertEquals(
                "card:transfer --id 00ff --json 12.5", CommandLine.normalised("card:transfer 12.5 --id 00ff --json"));
        assertEquals("issuer:register --iban GB1 S M C", CommandLine.normalised("issuer:register S M C --iban GB1"));
    }

    @Test
    public void quotedWordsStayWhole() {
        assertEquals("frank:run --run 1 'my mail.csv'", CommandLine.normalised("frank:run 'my mail.csv' --run 1"));
        assertEquals(
                "issuer:customer B 'Bob'\\''; account:list; #'",
                CommandLine.normalised(List.of("issuer:customer", "B", "Bob'; account:list; #")));
        assertEquals("transfer:show --steps --json 1", CommandLine.normalised("transfer:show --steps 1 --json"));
        assertEquals(List.of("a b", "c", ""), CommandLine.split("\"a b\" c ''"));
    }

    @Test
    public void negativeNumbersAreArgumentsAndNoOptions() {
        assertEquals("frank:piece --json ' -1'", CommandLine.normalised("frank:piece -1 --json"));
        assertEquals("frank:piece ' -.5'", CommandLine.normalised("frank:piece -.5"));
        assertEquals("register:log --max -1", CommandLine.normalised("register:log --max -1"));
        assertEquals("frank:piece -h", CommandLine.normalised("frank:piece -h"));
    }

    @Test
    public void aLoneCommandStaysAsItIs() {
        assertEquals("register:show", CommandLine.normalised("register:show"));
        assertEquals("", CommandLine.normalised("  "));
    }

    @Test
    public void helpIsAskedForWhereItIsTold() {
        assertEquals("card:transfer --help", CommandLine.help("help card:transfer"));
        assertEquals("help | grep card:", CommandLine.help("help card"));
        assertEquals("help", CommandLine.help("help"));
        assertEquals("issuer:customer help me", CommandLine.help("issuer:customer help me"));
    }
}
