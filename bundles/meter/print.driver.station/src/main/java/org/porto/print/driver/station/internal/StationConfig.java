// SPDX-License-Identifier: Apache-2.0
package org.porto.print.driver.station.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

@ObjectClassDefinition(name = "Print station", description = "A printer behind a link that is not trusted")
@interface StationConfig {

    @AttributeDefinition(description = "Name of this printer, a-z 0-9 . -; it is listed as station/NAME")
    String porto_printer_name();

    @AttributeDefinition(description = "Host name or address of the print station")
    String host();

    @AttributeDefinition(description = "TCP port of the print station, 1 to 65535")
    int port() default 9199;

    @AttributeDefinition(description = "Limit for a page, milliseconds, 1000 to 28000")
    int timeout_ms() default 20_000;
}
