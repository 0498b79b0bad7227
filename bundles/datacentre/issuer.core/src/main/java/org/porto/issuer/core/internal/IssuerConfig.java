// SPDX-License-Identifier: Apache-2.0
package org.porto.issuer.core.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

@ObjectClassDefinition(name = "Issuer")
@interface IssuerConfig {

    @AttributeDefinition(description = "folder of the issuer's journal, absolute")
    String directory();

    @AttributeDefinition(description = "folder where issuer.der and datacentre.der are put for devices to pin, absolute")
    String export_directory();

    @AttributeDefinition(description = "serial number of the data centre, 8 of A-Z 0-9")
    String serial();

    @AttributeDefinition(description = "name of the issuer in its root certificate, 1 to 64 characters")
    String issuer_name();

    @AttributeDefinition(description = "ISO 4217 currency that new cards get unless told otherwise; a service property")
    String currency() default "EUR";
}
