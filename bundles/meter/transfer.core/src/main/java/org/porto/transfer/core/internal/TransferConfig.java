// SPDX-License-Identifier: Apache-2.0
package org.porto.transfer.core.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Configuration of transfers. */
@ObjectClassDefinition(name = "Porto transfers to cards")
@interface TransferConfig {

    @AttributeDefinition(name = "Folder of the journal, absolute path")
    String directory();

    @AttributeDefinition(name = "Fee for each transfer, mils (0 to 1000000)")
    long fee_mils() default 0;

    @AttributeDefinition(name = "Most for one transfer, mils (1 to 1000000000)")
    long transfer_mils_max() default 500_000;

    @AttributeDefinition(name = "Most to one card on one day (UTC), mils (1 to 100000000000)")
    long card_day_mils_max() default 50_000_000;

    @AttributeDefinition(name = "Most to all cards on one day (UTC), mils (1 to 100000000000)")
    long day_mils_max() default 500_000_000;
}
