// SPDX-License-Identifier: Apache-2.0
package org.porto.tms.client.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

@ObjectClassDefinition(name = "Porto TMS channel")
@interface ChannelConfig {

    @AttributeDefinition(description = "Base address of the data centre, http or https, without a path")
    String host_url();

    @AttributeDefinition(description = "Folder with issuer.der and datacentre.der, pinned at set-up")
    String trust_directory();

    @AttributeDefinition(description = "Time limit of a message, ms, 1000 to 300000", min = "1000", max = "300000")
    int timeout_ms() default 30000;
}
