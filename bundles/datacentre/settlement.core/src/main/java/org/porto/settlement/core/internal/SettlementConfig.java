// SPDX-License-Identifier: Apache-2.0
package org.porto.settlement.core.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

@ObjectClassDefinition(id = "org.porto.settlement.core", name = "Settlement")
@interface SettlementConfig {

    @AttributeDefinition(description = "absolute path of the folder of the settlement journal")
    String directory();
}
