// SPDX-License-Identifier: Apache-2.0
package org.porto.driver.catalogue.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.AttributeType;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

@ObjectClassDefinition(name = "Porto hardware model", description = "Drivers, ranks and settings for one hardware model of a meter")
@interface ModelConfig {

    @AttributeDefinition(description = "Hardware model, 1 to 64 of A-Z a-z 0-9 . _ -")
    String model();

    @AttributeDefinition(description = "One line for people", required = false)
    String description() default "";

    @AttributeDefinition(description = "Reader drivers: id=rank, comma-separated; the highest rank is used first", required = false)
    String[] readers() default {};

    @AttributeDefinition(description = "Printer drivers: id=rank, comma-separated; the highest rank is used first", required = false)
    String[] printers() default {};

    @AttributeDefinition(description = "Whether drivers that are not named here are left alone", type = AttributeType.BOOLEAN)
    boolean named_only() default false;

    @AttributeDefinition(
            description = "Configuration of drivers on this model: pid/key=value, comma-separated; a pid that has a file in etc is left to it",
            required = false)
    String[] settings() default {};
}
