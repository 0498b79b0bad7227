// SPDX-License-Identifier: Apache-2.0
package org.porto.merchant.point.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

@ObjectClassDefinition(name = "Porto merchant point")
@interface PointConfig {

    @AttributeDefinition(description = "Serial number of the merchant point, 8 of A-Z 0-9")
    String device();

    @AttributeDefinition(description = "Folder of the journal of purchases and batches")
    String directory();

    @AttributeDefinition(description = "ISO 4217 currency, alphabetic")
    String currency();
}
