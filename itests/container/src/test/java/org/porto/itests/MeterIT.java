// SPDX-License-Identifier: Apache-2.0
package org.porto.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;
import static org.ops4j.pax.exam.karaf.options.KarafDistributionOption.editConfigurationFilePut;

import com.fasterxml.jackson.databind.JsonNode;
import java.security.PrivilegedExceptionAction;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.StreamSupport;
import javax.inject.Inject;
import javax.security.auth.Subject;
import org.apache.karaf.features.BootFinished;
import org.apache.karaf.jaas.boot.principal.UserPrincipal;
import org.apache.karaf.shell.api.console.SessionFactory;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.ops4j.pax.exam.util.Filter;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.porto.model.api.PortoException;

/** The meter as it ships. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class MeterIT {

    @Inject
    private BundleContext context;

    @Inject
    @Filter(timeout = Containers.BOOT_MILLIS_MAX)
    private SessionFactory sessions;

    @Inject
    @Filter(timeout = Containers.BOOT_MILLIS_MAX)
    private BootFinished booted;

    @Configuration
    public Option[] configuration() {
        List<Option> options = Containers.of("meter");
        options.add(editConfigurationFilePut("etc/org.porto.meter.cfg", "serial", "PM000077"));
        return options.toArray(new Option[0]);
    }

    @Test
    public void everyBundleIsActiveAndEveryComponentSatisfied() {
        Health health = new Health(context);
        assertEquals(List.of(), health.unsatisfied(25));
        assertEquals(List.of(), health.inactive());
    }

    @Test
    public void theRegistersStartEmptyAndTheirLogVerifies() throws Exception {
        Shell shell = new Shell(sessions);
        JsonNode registers = shell.json("register:show");
        assertEquals("UNINITIALISED", registers.get("state").asText());
        assertEquals(0, registers.get("descending").asLong());
        assertTrue(shell.json("register:verify").get("ok").asBoolean());
        JsonNode health = shell.json("vault:health");
        assertEquals("open", health.get("state").asText());
        assertTrue(health.get("freeBytes").asLong() > 0);
        assertEquals(0, shell.json("register:case").size());
    }

    @Test
    public void aReaderDriverIsSwappedWhileTheVaultStaysUp() throws Exception {
        Health health = new Health(context);
        health.unsatisfied(25);
        Shell shell = new Shell(sessions);
        Bundle vault = health.bundle("org.porto.register.vault");
        Bundle driver = health.bundle("org.porto.card.driver.sim");
        long vaultStarted = vault.getLastModified();
        assertTrue(hasReader(shell, "sim"));
        driver.stop();
        assertFalse(hasReader(shell, "sim"));
        assertEquals(0, shell.json("register:show").get("sequence").asLong());
        driver.start();
        assertTrue(hasReader(shell, "sim"));
        driver.update();
        assertEquals(List.of(), health.unsatisfied(25));
        assertTrue(hasReader(shell, "sim"));
        assertEquals(vaultStarted, vault.getLastModified());
        assertEquals(Bundle.ACTIVE, vault.getState());
    }

    @Test
    public void executedCommandsAreOnTheAuditTrailWithTheirPrincipal() throws Exception {
        new Health(context).unsatisfied(25);
        Shell shell = new Shell(sessions);
        Subject operator = new Subject();
        operator.getPrincipals().add(new UserPrincipal("olga"));
        Subject.doAs(operator, (PrivilegedExceptionAction<String>) () -> shell.run("register:log --max 7"));
        PortoException refused = assertThrows(PortoException.class, () -> shell.run("tms:sync"));

        JsonNode kept = auditEntry(shell, "register:log");
        assertEquals("olga", kept.get("principal").asText());
        assertEquals("--max 7", kept.get("subject").asText());
        assertEquals("done", kept.get("outcome").asText());
        JsonNode failed = auditEntry(shell, "tms:sync");
        assertEquals("system", failed.get("principal").asText());
        assertEquals(refused.code(), failed.get("outcome").asText());
        assertTrue(shell.json("audit:verify").get("entries").asLong() >= failed.get("sequence").asLong());
    }

    /** The container tells of an executed command after it has ended: asks until the entry is there, at most two minutes. */
    private static JsonNode auditEntry(Shell shell, String act) throws Exception {
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
        while (true) {
            for (JsonNode entry : shell.json("audit:list --max 1000")) {
                if (entry.get("act").asText().equals(act)) {
                    return entry;
                }
            }
            assertTrue("no entry " + act, System.nanoTime() < end);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }

    private static boolean hasReader(Shell shell, String driver) throws Exception {
        return StreamSupport.stream(shell.json("driver:list").spliterator(), false)
                .anyMatch(d -> d.get("kind").asText().equals("reader") && d.get("driver").asText().equals(driver));
    }
}
