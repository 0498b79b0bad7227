// SPDX-License-Identifier: Apache-2.0
package org.porto.print.jobs.internal;

import static org.junit.Assert.assertEquals;

import java.util.List;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;
import org.porto.print.spi.JobMemory.Known;
import org.porto.testkit.journal.MemoryJournals;

public class JournalledJobsTest {

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private final MemoryJournals journals = new MemoryJournals(java.time.Instant::now);

    private JournalledJobs open(int recent) throws Exception {
        return new JournalledJobs(folder.getRoot().toPath(), journals, recent);
    }

    @Test
    public void remembersOverARestart() throws Exception {
        JournalledJobs jobs = open(10);
        assertEquals(Known.NEW, jobs.find("zpl/a", "J1").known());
        jobs.begun("zpl/a", "J1");
        jobs.begun("zpl/a", "J2");
        jobs.printed("zpl/a", "J2", List.of("zpl://h/J2"));
        jobs.begun("zpl/a", "J3");
        jobs.notPrinted("zpl/a", "J3");
        jobs.close();
        JournalledJobs again = open(10);
        assertEquals(Known.BEGUN, again.find("zpl/a", "J1").known());
        assertEquals(List.of("zpl://h/J2"), again.find("zpl/a", "J2").outputs());
        assertEquals(Known.NEW, again.find("zpl/a", "J3").known());
        assertEquals("another printer", Known.NEW, again.find("zpl/b", "J2").known());
    }

    @Test
    public void oldJobsAreLookedUp() throws Exception {
        JournalledJobs jobs = open(3);
        for (int i = 0; i < 20; i++) {
            jobs.begun("p", "J" + i);
            jobs.printed("p", "J" + i, List.of("out" + i));
        }
        jobs.close();
        JournalledJobs again = open(3);
        assertEquals(List.of("out0"), again.find("p", "J0").outputs());
        assertEquals(List.of("out19"), again.find("p", "J19").outputs());
        assertEquals(Known.NEW, again.find("p", "J20").known());
    }
}
