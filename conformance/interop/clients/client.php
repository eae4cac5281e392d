<?php
// php client.php URL FILE FIELDS: uploads with PHP's curl, where FIELDS is a JSON object; prints the answer.
[, $url, $path, $fields] = $argv;
// Without a name of its own, CURLFile sends the whole path.
$name = substr($path, strrpos($path, '/') + 1);
$curl = curl_init($url);
curl_setopt_array($curl, [
    CURLOPT_POSTFIELDS => json_decode($fields, true) + ['file' => new CURLFile($path, null, $name)],
    CURLOPT_RETURNTRANSFER => true,
]);
$answer = curl_exec($curl);
if ($answer === false) {
    fwrite(STDERR, curl_error($curl));
    exit(1);
}
echo $answer;
