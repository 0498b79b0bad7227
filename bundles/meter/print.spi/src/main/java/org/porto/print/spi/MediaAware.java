// SPDX-License-Identifier: Apache-2.0
package org.porto.print.spi;

import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Capability: a driver that knows what is loaded, so that the page is laid out for it. A page that is wider or longer than the
 * medium is a mistake of the caller; a driver refuses it with a {@link PrinterException}, not printed.
 */
@ConsumerType
public interface MediaAware {

    /** What the next page goes on, empty when any size will do. At most a second; without asking the device where possible. */
    Optional<Medium> medium() throws PrinterException;
}
