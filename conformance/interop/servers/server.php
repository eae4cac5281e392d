<?php
// Run by `php -S`: answers an upload with what $_FILES and $_POST say.
$file = $_FILES['file'];
header('Content-Type: application/json');
echo json_encode([
    'name' => $file['name'],
    'type' => $file['type'],
    'size' => $file['size'],
    'sha256' => hash_file('sha256', $file['tmp_name']),
    'fields' => (object) $_POST,
], JSON_THROW_ON_ERROR);
