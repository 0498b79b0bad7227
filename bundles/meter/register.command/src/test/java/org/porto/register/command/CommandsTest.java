// SPDX-License-Identifier: Apache-2.0
package org.porto.register.command;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.reflect.Field;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.api.console.Terminal;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;
import org.porto.model.api.RefusedException;
import org.porto.register.api.CaseFile;
import org.porto.register.api.VaultHealth;
import org.porto.register.api.VaultService;

/** Commands on a real vault, fields filled as the shell fills them. */
public class CommandsTest {

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private boolean terminal;

    @Test
    public void healthAndKeyRollOver() throws Exception {
        try (RealVault meter = new RealVault(folder.getRoot().toPath())) {
            meter.operational();
            JsonNode health = json(new HealthCommand(), Map.of("vault", meter.vault, "json", true));
            assertEquals("open", health.get("state").asText());
            assertEquals(3, health.get("records").asLong());
            assertTrue(health.get("journalSyncs").asLong() >= 3);
            assertTrue(health.get("freeBytes").asLong() > 0);
            assertEquals(19, health.size());
            assertTrue(run(new HealthCommand(), Map.of("vault", meter.vault)).contains("journal syncs"));

            String id = "0123456789abcdef".repeat(2);
            JsonNode rolled = json(new RollKey(), Map.of("vault", meter.vault, "json", true, "id", id));
            assertEquals(4, rolled.get("sequence").asLong());
            assertEquals("2", rolled.get("keyVersion").asText());
            JsonNode again = json(new RollKey(), Map.of("vault", meter.vault, "json", true, "id", id));
            assertEquals(rolled, again);
            assertEquals("MOD-004", refusal(new RollKey(), Map.of("vault", meter.vault, "id", "-1")));

            JsonNode verified = json(new Verify(), Map.of("vault", meter.vault, "json", true));
            assertEquals(4, verified.get("records").asLong());
            assertEquals(0, verified.get("repairs").asLong());
            assertTrue(verified.get("ok").asBoolean());
            assertEquals("CON-003", refusal(new Log(), Map.of("registers", meter.vault, "max", 0)));
            assertEquals("CON-003", refusal(new Log(), Map.of("registers", meter.vault, "max", 10_001)));
        }
    }

    @Test
    public void casesAreListedAndShown() throws Exception {
        CaseFile file = new CaseFile("case-1", Instant.EPOCH, "REG-012", true, "code: REG-012\njournal: 7\n");
        VaultService vault = vault(List.of(file), 0);
        JsonNode list = json(new Case(), Map.of("vault", vault, "json", true));
        assertEquals("case-1", list.get(0).get("name").asText());
        assertTrue(list.get(0).get("locks").asBoolean());
        assertEquals("code: REG-012\njournal: 7\n", run(new Case(), Map.of("vault", vault, "name", "case-1")));
        assertEquals(file.text(), json(new Case(), Map.of("vault", vault, "name", "case-1", "json", true)).get("text").asText());
        assertEquals("CON-006", refusal(new Case(), Map.of("vault", vault, "name", "case-2")));
    }

    @Test
    public void progressShowsOnATerminalOnly() throws Exception {
        VaultService slow = vault(List.of(), 150_000_000);
        assertFalse(run(new Verify(), Map.of("vault", slow)).contains("%"));
        terminal = true;
        assertTrue(run(new Verify(), Map.of("vault", slow)).contains("record 5 of 10, 50 %"));
        assertFalse(run(new Verify(), Map.of("vault", slow, "json", true)).contains("%"));
    }

    private static final VaultHealth.SyncTimes SYNCS = new VaultHealth.SyncTimes(0, 0, 0, 0);

    /** Verifies ten records, the halfway mark after so long. */
    private static VaultService vault(List<CaseFile> cases, long nanos) {
        return (VaultService) Proxy.newProxyInstance(
                CommandsTest.class.getClassLoader(), new Class<?>[] {VaultService.class}, (self, method, arguments) -> switch (
                        method.getName()) {
                    case "cases" -> cases;
                    case "health" -> new VaultHealth("open", "", 10, 0, 0, 0, 0, 0, 0, 0, 0, SYNCS, SYNCS);
                    case "verify" -> {
                        long end = System.nanoTime() + nanos;
                        while (System.nanoTime() < end) {
                            Thread.onSpinWait();
                        }
                        ((VaultService.VerifyProgress) arguments[0]).at(5, 10);
                        yield 10L;
                    }
                    default -> throw new IllegalStateException(method.getName());
                });
    }

    private String refusal(Action command, Map<String, Object> fields) {
        return assertThrows(RefusedException.class, () -> run(command, fields)).code();
    }

    private JsonNode json(Action command, Map<String, Object> fields) throws Exception {
        return new ObjectMapper().readTree(run(command, fields));
    }

    private String run(Action command, Map<String, Object> fields) throws Exception {
        out.reset();
        for (Field field : command.getClass().getDeclaredFields()) {
            Object value = field.getType() == Session.class ? session() : fields.get(field.getName());
            if (value != null) {
                field.setAccessible(true);
                field.set(command, value);
            }
        }
        command.execute();
        return out.toString(StandardCharsets.UTF_8);
    }

    private Session session() {
        PrintStream console = new PrintStream(out, true, StandardCharsets.UTF_8);
        Object screen = Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Terminal.class}, (self, method, arguments) -> null);
        return (Session) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Session.class}, (self, method, arguments) -> switch (method.getName()) {
                    case "getConsole" -> console;
                    case "getTerminal" -> terminal ? screen : null;
                    default -> throw new IllegalStateException(method.getName());
                });
    }
}
