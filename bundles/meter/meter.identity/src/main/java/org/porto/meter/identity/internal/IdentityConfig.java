// SPDX-License-Identifier: Apache-2.0
package org.porto.meter.identity.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;

/** Configuration of the identity. */
@ObjectClassDefinition(name = "Porto meter identity")
@interface IdentityConfig {

    @AttributeDefinition(name = "Serial number, 8 of A-Z 0-9")
    String serial();

    @AttributeDefinition(
            name = "psd (networked printers) or meter (one built-in printer)",
            options = {@Option(label = "psd", value = "psd"), @Option(label = "meter", value = "meter")})
    String profile();

    @AttributeDefinition(name = "Hardware model that drivers are matched with, 1 to 64 of A-Z a-z 0-9 . _ -")
    String hardware_model();

    @AttributeDefinition(name = "ISO 4217 currency code")
    String currency();
}
