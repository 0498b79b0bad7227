// SPDX-License-Identifier: Apache-2.0
package org.porto.print.spi;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A service that the product offers to drivers whose device forgets: remembers over restarts which jobs a printer was given, so
 * that none is printed twice (rule F1). Thread-safe; each change is durable on return.
 */
@ProviderType
public interface JobMemory {

    /** What is known of a job. */
    enum Known {
        /** Never given to the printer, or surely not printed. */
        NEW,
        /** Given to the printer; what became of it is not known. */
        BEGUN,
        PRINTED
    }

    /** @param outputs where it went, empty unless printed */
    record Job(Known known, List<String> outputs) {
        public Job {
            outputs = List.copyOf(outputs);
        }
    }

    /** @param printer name of the printer, {@code [a-z0-9./-]+} */
    Job find(String printer, String jobId) throws PrinterException;

    /** To be called before the first byte of the job goes to the device. */
    void begun(String printer, String jobId) throws PrinterException;

    void printed(String printer, String jobId, List<String> outputs) throws PrinterException;

    /** The device surely did not print it: it may be given again. */
    void notPrinted(String printer, String jobId) throws PrinterException;
}
