// SPDX-License-Identifier: Apache-2.0
package org.porto.recharge.queue.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

@ObjectClassDefinition(name = "Porto recharge queue")
@interface QueueConfig {

    @AttributeDefinition(description = "Folder of the queue's journal")
    String directory();

    @AttributeDefinition(description = "Whether every inserted card is served at once")
    boolean serve_on_insertion() default true;
}
