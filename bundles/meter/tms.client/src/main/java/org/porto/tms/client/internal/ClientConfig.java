// SPDX-License-Identifier: Apache-2.0
package org.porto.tms.client.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

@ObjectClassDefinition(name = "Porto TMS client")
@interface ClientConfig {

    @AttributeDefinition(description = "Folder of the journal of sessions")
    String directory();
}
