// SPDX-License-Identifier: Apache-2.0
package org.porto.print.driver.file.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

@ObjectClassDefinition(name = "File printer", description = "Prints into PDF and PNG files")
@interface FilePrinterConfig {

    @AttributeDefinition(description = "Absolute folder for the sheets; made when missing")
    String directory();

    @AttributeDefinition(description = "Resolution of the PNG, dots an inch: 0 for none, else 72 to 1200")
    int png_dpi() default 300;
}
