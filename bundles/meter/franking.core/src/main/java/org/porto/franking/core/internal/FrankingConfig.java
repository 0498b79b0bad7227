// SPDX-License-Identifier: Apache-2.0
package org.porto.franking.core.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

@ObjectClassDefinition(name = "Franking", description = "Debit, sign and print as one act")
@interface FrankingConfig {

    @AttributeDefinition(description = "Absolute folder of the franking journal; made when missing")
    String directory();

    @AttributeDefinition(description = "Town in the date stamp, at most 24 characters")
    String town() default "";

    @AttributeDefinition(description = "Line of advertisement left of the date stamp, at most 40 characters")
    String advert() default "";

    @AttributeDefinition(
            description = "Absolute path of a black and white picture left of the date stamp (PNG, to 1000 x 1000); empty for none",
            required = false)
    String advert_image() default "";
}
