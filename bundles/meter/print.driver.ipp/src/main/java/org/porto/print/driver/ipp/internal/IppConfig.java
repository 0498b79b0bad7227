// SPDX-License-Identifier: Apache-2.0
package org.porto.print.driver.ipp.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;

@ObjectClassDefinition(name = "IPP printer", description = "A printer that speaks IPP Everywhere")
@interface IppConfig {

    @AttributeDefinition(description = "Name of this printer, a-z 0-9 . -; it is listed as ipp/NAME")
    String porto_printer_name();

    @AttributeDefinition(description = "ipp:// or ipps:// address of the printer")
    String uri();

    @AttributeDefinition(description = "Tray to print from, an IPP media-source keyword; empty: the printer's first one", required = false)
    String tray() default "";

    @AttributeDefinition(
            description = "Document format; auto: PDF where the printer takes it, else PWG raster",
            options = {
                @Option(label = "auto", value = "auto"),
                @Option(label = "pdf", value = "pdf"),
                @Option(label = "pwg", value = "pwg")
            })
    String format() default "auto";

    @AttributeDefinition(description = "Resolution of PWG raster, dots an inch, 150 to 600")
    int dpi() default 300;

    @AttributeDefinition(description = "Limit for a page, milliseconds, 1000 to 28000")
    int timeout_ms() default 25_000;
}
