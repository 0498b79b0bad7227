// SPDX-License-Identifier: Apache-2.0
package org.porto.settlement.core.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

@ObjectClassDefinition(id = "org.porto.settlement.core", name = "Settlement")
@interface SettlementConfig {

    @AttributeDefinition(description = "absolute path of the folder of the settlement journal")
    String directory();

    @AttributeDefinition(description = "hours after its first report before a transfer in doubt may be settled as done, 0 to 87840")
    long settle_wait_hours() default 720;
}
