"""Rules of images: what the data gives, what augmentation makes of it, and which values reach the network."""

from netspec.checks.images import (
    always_changed,
    application_pixels,
    augmentation_size,
    class_names,
    columns,
    deviations,
    enlarged_images,
    far_augmentation,
    flip_mode,
    half_factors,
    held_out,
    held_out_per_cent,
    idle_crop,
    idle_versions,
    image_shape,
    pixel_range,
    turned_digits,
    unscaled_pixels,
    value_ranges,
    versions_of_mixed,
    whole_turn,
)

# What they say of images is true of features too.
OF_FEATURES = (image_shape, columns, held_out, class_names, held_out_per_cent)

RULES = (
    image_shape,
    columns,
    held_out,
    class_names,
    augmentation_size,
    unscaled_pixels,
    pixel_range,
    turned_digits,
    value_ranges,
    always_changed,
    flip_mode,
    deviations,
    half_factors,
    enlarged_images,
    far_augmentation,
    idle_crop,
    held_out_per_cent,
    whole_turn,
    application_pixels,
    versions_of_mixed,
    idle_versions,
)
