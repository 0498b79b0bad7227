// SPDX-License-Identifier: Apache-2.0
package com.acme.reader.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

@ObjectClassDefinition(name = "Acme socket reader")
@interface AcmeConfig {

    @AttributeDefinition(description = "TCP port on this machine where the card is", min = "1", max = "65535")
    int port();
}
