// SPDX-License-Identifier: Apache-2.0
package org.porto.tms.host.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

@ObjectClassDefinition(name = "TMS host")
@interface TmsHostConfig {

    @AttributeDefinition(description = "folder of the refill journal, absolute")
    String directory();

    @AttributeDefinition(description = "ISO 4217 currency of meters")
    String currency();

    @AttributeDefinition(description = "most of one refill, mils, at least 1")
    long refill_mils_max();

    @AttributeDefinition(description = "days to the next inspection deadline, 1 to 3650")
    int inspection_days() default 90;

    @AttributeDefinition(description = "least value of one franking, mils")
    long item_mils_min() default 1;

    @AttributeDefinition(description = "most value of one franking, mils")
    long item_mils_max() default 100_000;

    @AttributeDefinition(description = "most value in a meter, mils")
    long balance_mils_max() default 10_000_000;
}
