// SPDX-License-Identifier: Apache-2.0
package org.porto.system.command.internal;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.security.auth.Subject;
import org.apache.karaf.jaas.boot.principal.RolePrincipal;
import org.apache.karaf.jaas.boot.principal.UserPrincipal;
import org.junit.Test;
import org.osgi.service.event.Event;
import org.porto.audit.api.AuditEntry;
import org.porto.audit.api.AuditTrail;
import org.porto.model.api.ModelCode;
import org.porto.model.api.RefusedException;
import org.porto.model.api.TransactionId;
import org.porto.model.api.UncertainException;

public class CommandRecorderTest {

    @org.junit.Rule
    public final org.junit.rules.TemporaryFolder folder = new org.junit.rules.TemporaryFolder();

    private static final String TOPIC = "org/apache/karaf/shell/console/EXECUTED";

    /** Keeps what is recorded, or refuses. */
    private static final class ListTrail implements AuditTrail {
        final List<String> entries = new ArrayList<>();
        boolean refuses;

        @Override
        public AuditEntry record(String principal, String act, String subject, String outcome) throws RefusedException {
            if (refuses) {
                throw new RefusedException(ModelCode.AMOUNT_OVERFLOW);
            }
            entries.add(String.join("|", principal, act, subject, outcome));
            return new AuditEntry(entries.size(), Instant.EPOCH, principal, act, subject, outcome);
        }

        @Override
        public List<AuditEntry> last(int max) {
            throw new IllegalStateException();
        }

        @Override
        public long verify() {
            throw new IllegalStateException();
        }
    }

    private final ListTrail trail = new ListTrail();

    private String recorded(Object... properties) {
        Map<String, Object> map = new HashMap<>();
        for (int i = 0; i < properties.length; i += 2) {
            map.put((String) properties[i], properties[i + 1]);
        }
        trail.entries.clear();
        new CommandRecorder(trail, InitScripts.none()).handleEvent(new Event(TOPIC, map));
        return trail.entries.isEmpty() ? "" : trail.entries.get(0);
    }

    @Test
    public void theRealPrincipalIsRecorded() {
        Subject anna = new Subject();
        anna.getPrincipals().add(new UserPrincipal("anna"));
        anna.getPrincipals().add(new RolePrincipal("admin"));
        assertEquals(
                "anna|register:lock|--reason \"seal broken\"|done",
                recorded("command", "register:lock --reason \"seal broken\"\n", "subject", anna));
        assertEquals("system|register:show||done", recorded("command", "register:show"));
        assertEquals("system|register:show||done", recorded("command", "register:show", "subject", new Subject()));
        assertEquals("", recorded("command", "  \n"));
        assertEquals("", recorded("result", 1));
    }

    @Test
    public void failuresKeepTheirCode() {
        RefusedException refused = new RefusedException(ModelCode.AMOUNT_UNREADABLE, "secret detail");
        assertEquals("system|a:b||MOD-001", recorded("command", "a:b", "exception", refused));
        assertEquals(
                "system|a:b||MOD-001", recorded("command", "a:b", "exception", new IllegalStateException("x", refused)));
        UncertainException uncertain =
                new UncertainException(ModelCode.AMOUNT_OVERFLOW, TransactionId.of(new byte[16]), "", null);
        assertEquals("system|a:b||uncertain", recorded("command", "a:b", "exception", uncertain));
        assertEquals(
                "system|a:b||failed: IllegalStateException",
                recorded("command", "a:b", "exception", new IllegalStateException("1234")));
    }

    @Test
    public void passwordsOfTheContainersCommandsAreHidden() {
        for (String line : new String[] {
            "jaas:user-add anna 1234", "user-add anna 1234", "ssh:ssh -l anna -P 1234 host", "ssh -P 1234 host",
            "config:property-set db.password 1234", "x:y; jaas:user-add anna 1234", "a:b --password 1234", "a:b -p 1234",
            "a:b | jaas:encrypt 1234", "encrypt 1234"
        }) {
            String entry = recorded("command", line);
            assertFalse(entry, entry.contains("1234"));
        }
        assertEquals("system|a:b|--id 1234|done", recorded("command", "a:b --id 1234"));
    }

    @Test
    public void scriptsAreNamed() {
        assertEquals(
                "system|shell:source|etc/init.script a:b 1|done",
                recorded("command", "a:b 1", "script", "etc/init.script"));
    }

    @Test
    public void aTrailThatRefusesDoesNotStopTheShell() {
        trail.refuses = true;
        assertEquals("", recorded("command", "a:b"));
    }

    /** What the container does at each log-in is no act of anybody; what differs from it by a word is. */
    @Test
    public void onlyTheContainersOwnScriptsAreLeftOut() throws Exception {
        java.nio.file.Path etc = folder.getRoot().toPath();
        java.nio.file.Files.createDirectories(etc.resolve("scripts"));
        java.nio.file.Files.writeString(etc.resolve("shell.init.script"), "// begin\nld = { log:display } ;\n");
        java.nio.file.Files.writeString(etc.resolve("scripts/more.script"), "setopt group\n");
        ListTrail trail = new ListTrail();
        CommandRecorder recorder =
                new CommandRecorder(trail, InitScripts.of(etc.toString(), "shell.init.script,scripts/*.script,nowhere/*.script"));
        recorder.handleEvent(new Event(TOPIC, Map.of("command", "// begin\nld = { log:display } ;\n")));
        recorder.handleEvent(new Event(TOPIC, Map.of("command", "setopt group")));
        assertEquals(List.of(), trail.entries);
        recorder.handleEvent(new Event(TOPIC, Map.of("command", "// begin\nld = { log:display } ;\ntms:refill 100")));
        recorder.handleEvent(new Event(TOPIC, Map.of("command", "ld = { log:display } ;")));
        assertEquals(2, trail.entries.size());
    }
}
