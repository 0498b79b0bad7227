// SPDX-License-Identifier: Apache-2.0
package org.porto.card.driver.sim.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

@ObjectClassDefinition(name = "Virtual card reader")
@interface SimConfig {

    @AttributeDefinition(description = "folder of card files, absolute")
    String directory();

    @AttributeDefinition(description = "number of slots, 1 to 16", min = "1", max = "16")
    int slots() default 2;

    @AttributeDefinition(description = "file that remembers which card is in which slot, absolute; empty: not remembered")
    String slot_memory() default "";
}
