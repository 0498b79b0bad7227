// SPDX-License-Identifier: Apache-2.0
package org.porto.print.driver.zpl.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;

@ObjectClassDefinition(name = "ZPL label printer", description = "A label printer on a raw TCP port")
@interface ZplConfig {

    @AttributeDefinition(description = "Name of this printer, a-z 0-9 . -; it is listed as zpl/NAME")
    String porto_printer_name();

    @AttributeDefinition(description = "Host name or address")
    String host();

    @AttributeDefinition(description = "TCP port")
    int port() default 9100;

    @AttributeDefinition(description = "Resolution of the print head, dots an inch: 152, 203, 300 or 600")
    int dpi() default 203;

    @AttributeDefinition(description = "Width of the label, millimetres")
    double width_mm() default 100;

    @AttributeDefinition(description = "Length of the label, millimetres")
    double length_mm() default 50;

    @AttributeDefinition(
            description = "host: ask the printer by ~HS and wait until the label is out; none: it cannot be asked",
            options = {@Option(label = "host", value = "host"), @Option(label = "none", value = "none")})
    String status() default "host";

    @AttributeDefinition(description = "Limit for a label, milliseconds, 1000 to 28000")
    int timeout_ms() default 20_000;
}
