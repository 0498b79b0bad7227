// SPDX-License-Identifier: Apache-2.0
package org.porto.card.driver.pcsc.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

@ObjectClassDefinition(name = "PC/SC card readers")
@interface PcscConfig {

    @AttributeDefinition(description = "regular expression for whole names of readers to serve")
    String readers() default ".*";

    @AttributeDefinition(description = "keep other programs off the card while it is in use")
    boolean exclusive() default true;

    @AttributeDefinition(description = "transmission protocol: * (the card's choice), T=0 or T=1")
    String protocol() default "*";

    @AttributeDefinition(description = "seconds that a card may take for an answer or a reset, 1 to 9", min = "1", max = "9")
    int answer_seconds() default 8;

    @AttributeDefinition(description = "milliseconds between two looks at readers and cards, 50 to 5000", min = "50", max = "5000")
    int poll_millis() default 300;
}
