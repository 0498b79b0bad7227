// SPDX-License-Identifier: Apache-2.0
package org.porto.console.api;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.api.console.Terminal;
import org.junit.Test;
import org.porto.model.api.RefusedException;

public class SecretPromptTest {

    /** A session with either a terminal that answers, or a keyboard. */
    private static Session session(boolean terminal, String answer, InputStream keyboard) {
        Terminal screen = (Terminal) Proxy.newProxyInstance(
                SecretPromptTest.class.getClassLoader(), new Class<?>[] {Terminal.class}, (self, method, args) -> null);
        return (Session) Proxy.newProxyInstance(
                SecretPromptTest.class.getClassLoader(), new Class<?>[] {Session.class}, (self, method, args) -> switch (
                        method.getName()) {
                    case "getTerminal" -> terminal ? screen : null;
                    case "readLine" -> {
                        assertEquals('*', args[1]);
                        yield answer;
                    }
                    case "getKeyboard" -> keyboard;
                    default -> throw new IllegalStateException(method.getName());
                });
    }

    private static String refusal(Session session) {
        return assertThrows(RefusedException.class, () -> SecretPrompt.ask(session, "PIN: ")).code();
    }

    private static InputStream keys(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    public void terminalIsMasked() throws Exception {
        assertArrayEquals("1234".toCharArray(), SecretPrompt.ask(session(true, "1234", null), "PIN: "));
        assertEquals("CON-001", refusal(session(true, null, null)));
    }

    @Test
    public void scriptsGiveOneLineEach() throws Exception {
        InputStream in = keys("1234\r\n5678\n9");
        Session session = session(false, null, in);
        assertArrayEquals("1234".toCharArray(), SecretPrompt.ask(session, "PIN: "));
        assertArrayEquals("5678".toCharArray(), SecretPrompt.ask(session, "PIN: "));
        assertArrayEquals("9".toCharArray(), SecretPrompt.ask(session, "PIN: "));
        assertEquals("CON-001", refusal(session));
        assertEquals(64, SecretPrompt.ask(session(false, null, keys("x".repeat(64) + "\n")), "").length);
        assertEquals("CON-002", refusal(session(false, null, keys("x".repeat(65) + "\n"))));
        assertEquals(0, SecretPrompt.ask(session(false, null, keys("\n")), "").length);
    }
}
